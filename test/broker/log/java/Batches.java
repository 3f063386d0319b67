import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.*;

/**
 * Prints what batches.txt holds: the same three records as Kafka's Java client writes them in each format.
 * With the jars of a Kafka release as class path: java -cp 'libs/*' Batches.java > batches.txt
 */
public class Batches {
  static final long TIME = 1_700_000_000_000L;

  public static void main(String[] args) {
    for (byte magic = 0; magic <= 2; magic++)
      for (CompressionType compression : CompressionType.values())
        for (TimestampType type : new TimestampType[] {TimestampType.CREATE_TIME, TimestampType.LOG_APPEND_TIME}) {
          if (compression == CompressionType.ZSTD && magic < 2) continue;
          if (type == TimestampType.LOG_APPEND_TIME && magic == 0) continue;
          print(magic + " " + compression.name + " " + type, records(magic, compression, type));
        }
    EndTransactionMarker marker = new EndTransactionMarker(ControlRecordType.COMMIT, 1);
    print("2 none control", MemoryRecords.withEndTransactionMarker(9, TIME, 0, 42, (short) 3, marker));
  }

  static MemoryRecords records(byte magic, CompressionType compression, TimestampType type) {
    boolean batch = magic == 2;
    MemoryRecordsBuilder builder = MemoryRecords.builder(
        ByteBuffer.allocate(4096), magic, Compression.of(compression).build(),
        magic == 0 ? TimestampType.NO_TIMESTAMP_TYPE : type, 5, TIME + 999,
        batch ? 42 : -1, (short) (batch ? 3 : -1), batch ? 7 : -1, batch, false, 4);
    Header[] headers = {new RecordHeader("type", "A".getBytes()), new RecordHeader("none", (byte[]) null)};
    append(builder, magic, TIME, "k1", "one one one one one one one one", batch ? headers : new Header[0]);
    append(builder, magic, TIME + 10, null, "two");
    append(builder, magic, TIME - 5, "k3", null);
    return builder.build();
  }

  static void append(MemoryRecordsBuilder builder, byte magic, long time, String key, String value, Header... headers) {
    builder.append(magic == 0 ? -1 : time, bytes(key), bytes(value), headers);
  }

  static byte[] bytes(String text) {
    return text == null ? null : text.getBytes();
  }

  static void print(String name, MemoryRecords records) {
    ByteBuffer buffer = records.buffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    System.out.println(name + " " + HexFormat.of().formatHex(bytes));
  }
}
