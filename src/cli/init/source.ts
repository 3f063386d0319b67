import { type ParserPlugin, parse, parseExpression } from '@babel/parser'
import type { ArrayExpression, Expression, File, Node, ObjectExpression } from '@babel/types'
import MagicString from 'magic-string'
import { isObject, setting, some } from './ast.ts'
import { exportedObject, importsOf, NotPlain } from './exported.ts'

/** The source of a config: where its one object is, and edits that leave everything else as it was written. */
export class ConfigSource {
  readonly #text: string
  readonly #edits: MagicString
  readonly #file: File | undefined
  /** The object that the file exports. */
  readonly config: ObjectExpression

  private constructor(text: string, file: File | undefined, config: ObjectExpression) {
    this.#text = text
    this.#edits = new MagicString(text)
    this.#file = file
    this.config = config
  }

  /**
   * @param plain functions that give back the object that they are given, by the module that they come from.
   * @throws NotPlain when no single object is exported.
   */
  static module(text: string, path: string, plain: Readonly<Record<string, readonly string[]>>): ConfigSource {
    const plugins: ParserPlugin[] = /\.[cm]?ts$/.test(path) ? ['typescript'] : []
    let file: File
    try {
      file = parse(text, { sourceType: 'unambiguous', plugins })
    } catch (error) {
      throw new NotPlain(`it can't be parsed: ${(error as Error).message}`)
    }
    return new ConfigSource(text, file, exportedObject(file, plain))
  }

  /** A JSON file, or the object at a key of it. */
  static json(text: string, key?: string): ConfigSource {
    let expression: Expression
    try {
      expression = parseExpression(text)
    } catch (error) {
      throw new NotPlain(`it can't be parsed: ${(error as Error).message}`)
    }
    const object = key === undefined ? expression : isObject(expression) ? setting(expression, key) : undefined
    if (!isObject(object)) throw new NotPlain('no object is there')
    return new ConfigSource(text, undefined, object)
  }

  get isJson(): boolean {
    return this.#file === undefined
  }

  toString(): string {
    return this.#edits.toString()
  }

  /** The name under which a module's default export is imported or required, if it is. */
  importedAs(module: string): string | undefined {
    const imports = this.#file?.program.body.flatMap(importsOf) ?? []
    return imports.find(([from, , name]) => from === module && name === 'default')?.[1]
  }

  /** Whether a function is called anywhere in the file. */
  calls(name: string): boolean {
    return some(
      this.#file,
      (node) => node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === name,
    )
  }

  /** Imports a module's default export under the first of the names that is free. */
  addImport(module: string, ...names: string[]): string {
    const free = names.find((name) => !some(this.#file, (node) => node.type === 'Identifier' && node.name === name))
    const name = free ?? names.at(-1)!
    const { body, sourceType } = this.#file!.program
    const statement =
      sourceType === 'module'
        ? `import ${name} from ${this.quote(module)}`
        : `const { default: ${name} } = require(${this.quote(module)})`
    const line = `${statement}${this.#semicolon}`
    const last = body.findLast((one) => one.type === 'ImportDeclaration' || importsOf(one).length > 0)
    if (last !== undefined) {
      this.#edits.appendLeft(last.end!, `${this.#newline}${line}`)
    } else {
      const first = body[0]!
      // Below a licence or a `/// <reference>`, above the comment that gives the config its type.
      const jsdoc = first.leadingComments?.at(-1)
      const at = jsdoc?.type === 'CommentBlock' && jsdoc.value.startsWith('*') ? jsdoc.start! : first.start!
      this.#edits.appendRight(at, `${line}${this.#newline}${this.#newline}`)
    }
    return name
  }

  /** Text as a string of the file's own style. */
  quote(text: string): string {
    if (this.isJson) return JSON.stringify(text)
    const count = (mark: string): number => this.#text.split(mark).length
    return count('"') > count("'") ? `"${text}"` : `'${text}'`
  }

  /** Adds a property in front of the others, which needs no look at their commas. */
  addProperty(object: ObjectExpression, name: string, value: string): void {
    const text = `${this.isJson ? JSON.stringify(name) : name}: ${value}`
    const [first] = object.properties
    if (first === undefined) {
      const inside = this.#text.slice(object.start! + 1, object.end! - 1)
      if (inside.trim() === '') this.#edits.overwrite(object.start!, object.end!, `{ ${text} }`)
      else this.#edits.appendLeft(object.start! + 1, ` ${text},`)
      return
    }
    const comment = first.leadingComments?.find(({ start }) => this.#indentAt(start!) !== undefined)
    const at = comment?.start ?? first.start!
    const indent = this.#indentAt(at)
    this.#edits.appendRight(at, indent === undefined ? `${text}, ` : `${text},${this.#newline}${indent}`)
  }

  /** Adds an element behind the others. */
  addElement(array: ArrayExpression, text: string): void {
    const last = array.elements.at(-1)
    if (last === undefined || last === null) {
      this.#edits.appendLeft(array.start! + 1, text)
      return
    }
    const indent = this.#indentAt(last.start!)
    const end = last.end!
    // Up to the end of the line: its comma, and the comment on the element.
    const [rest = '', comma = ''] = /^[ \t]*(,?)[ \t]*(?:\/\/.*)?(?=\r?\n)/.exec(this.#text.slice(end)) ?? []
    if (indent === undefined || (rest === '' && !/^\r?\n/.test(this.#text.slice(end)))) {
      this.#edits.appendLeft(end, `, ${text}`)
      return
    }
    if (comma === '') this.#edits.appendLeft(end, ',')
    this.#edits.appendRight(end + rest.length, `${this.#newline}${indent}${text}${comma}`)
  }

  replace(node: Node, text: string): void {
    this.#edits.overwrite(node.start!, node.end!, text)
  }

  get #newline(): string {
    return this.#text.includes('\r\n') ? '\r\n' : '\n'
  }

  get #semicolon(): string {
    return /;[ \t]*\r?$/m.test(this.#text) ? ';' : ''
  }

  /** The white space before a place, when nothing else stands before it on its line. */
  #indentAt(at: number): string | undefined {
    return /(?:^|\n)([ \t]*)$/.exec(this.#text.slice(0, at))?.[1]
  }
}
