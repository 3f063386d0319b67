/** The sections of the docs: their page, heading and the beginning of their text. `scripts/help-index.ts` makes it. */
declare module 'virtual:help' {
  const sections: readonly (readonly [page: string, heading: string, text: string])[]
  export default sections
}
