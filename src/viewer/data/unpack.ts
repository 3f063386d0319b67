/** Text that was compressed by gzip and written as base64. */
export async function unpack(base64: string): Promise<string> {
  const binary = atob(base64)
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index)
  const { readable, writable } = new DecompressionStream('gzip')
  // By hand, as a Blob's stream would come by way of the browser's own process. What is wrong is told by what is read.
  const writer = writable.getWriter()
  for (const written of [writer.write(bytes), writer.close()]) written.catch(() => {})
  return new Response(readable).text()
}
