import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/**
 * Reads messages by Kafka's own classes: a line "HeartbeatRequest 4 <hex>" is answered by "<hex> <json>", what Kafka
 * writes of what it read, or by "unknown" where Kafka no longer has the version.
 */
public class Messages {
  public static void main(String[] args) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] parts = line.split(" ", -1);
      System.out.println(answer(parts[0], Short.parseShort(parts[1]), HexFormat.of().parseHex(parts[2])));
    }
  }

  static String answer(String name, short version, byte[] bytes) throws Exception {
    Class<?> type = Class.forName("org.apache.kafka.common.message." + name + "Data");
    ApiMessage message = (ApiMessage) type.getDeclaredConstructor().newInstance();
    if (version < message.lowestSupportedVersion() || version > message.highestSupportedVersion()) return "unknown";
    ByteBuffer input = ByteBuffer.wrap(bytes);
    message.read(new ByteBufferAccessor(input), version);
    if (input.hasRemaining()) return input.remaining() + " bytes are left over";
    ObjectSerializationCache cache = new ObjectSerializationCache();
    ByteBuffer output = ByteBuffer.allocate(message.size(cache, version));
    message.write(new ByteBufferAccessor(output), cache, version);
    JsonNode json = (JsonNode) Class.forName(type.getName() + "JsonConverter")
        .getMethod("write", type, short.class, boolean.class).invoke(null, message, version, false);
    return HexFormat.of().formatHex(output.array()) + " " + json;
  }
}
