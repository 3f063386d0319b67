/** As `engines` of package.json says: zstd, SQLite and more of Node itself. */
const needed = [22, 22] as const

/** @throws Error on a Node that is too old, before something of it turns out to be missing. */
export function checkNode(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return
  throw new Error(`Node ${needed.join('.')} or later is needed, this is ${version} (${process.execPath})`)
}
