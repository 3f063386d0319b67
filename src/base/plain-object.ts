/** An object literal, as far as can be seen; no asymmetric matcher. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  // By its tag and not its prototype: in Jest a test's objects come from another realm.
  return Object.prototype.toString.call(value) === '[object Object]' && !isAsymmetric(value)
}

export function isAsymmetric(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'asymmetricMatch' in value
}
