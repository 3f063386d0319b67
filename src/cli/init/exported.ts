import type { File, Node, ObjectExpression, Statement } from '@babel/types'
import { walk } from './ast.ts'

/** Why a config can't be edited: it isn't plain enough to be sure of what it does. */
export class NotPlain extends Error {
  override name = 'NotPlain'
}

/**
 * Follows what a module exports to the one object that it is.
 *
 * @param plain functions that give back the object that they are given, by the module that they come from.
 * @throws NotPlain when no single object is exported.
 */
export function exportedObject(file: File, plain: Readonly<Record<string, readonly string[]>>): ObjectExpression {
  return new Resolution(file, plain).exported()
}

class Resolution {
  readonly #file: File
  /** Functions that give back the object that they are given, under the names that the file knows them by. */
  readonly #plain = new Set<string>()

  constructor(file: File, plain: Readonly<Record<string, readonly string[]>>) {
    this.#file = file
    for (const statement of file.program.body) {
      for (const [module, local, name] of importsOf(statement)) {
        if (plain[module]?.includes(name)) this.#plain.add(local)
      }
    }
  }

  exported(): ObjectExpression {
    const { body } = this.#file.program
    const found = body.flatMap((statement) => exportOf(statement) ?? [])
    if (found.length !== 1)
      throw new NotPlain(found.length === 0 ? 'it has no default export' : 'it exports more than once')
    return this.#resolve(found[0]!, body)
  }

  #resolve(node: Node, scope: readonly Statement[]): ObjectExpression {
    switch (node.type) {
      case 'ObjectExpression':
        return node
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
        return this.#resolve(node.expression, scope)
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
      case 'FunctionDeclaration':
        return node.body.type === 'BlockStatement'
          ? this.#returned(node.body.body, scope)
          : this.#resolve(node.body, scope)
      case 'Identifier':
        return this.#resolve(this.#valueOf(node.name, scope), scope)
      case 'CallExpression':
        return this.#called(node.callee.type === 'Identifier' ? node.callee.name : 'a function', node.arguments, scope)
      default:
        throw new NotPlain('what it exports is not written as one object')
    }
  }

  #called(name: string, values: readonly Node[], scope: readonly Statement[]): ObjectExpression {
    const [first] = values
    if (!this.#plain.has(name) || first === undefined) throw new NotPlain(`its config comes out of a call of ${name}`)
    if (values.length === 1) return this.#resolve(first, scope)
    // mergeConfig(base, own): the last that is written here is the file's own; lists are merged.
    for (const value of values.toReversed()) {
      try {
        return this.#resolve(value, scope)
      } catch (error) {
        if (!(error instanceof NotPlain)) throw error
      }
    }
    throw new NotPlain(`${name} is given nothing that is written as one object`)
  }

  #returned(body: readonly Statement[], outer: readonly Statement[]): ObjectExpression {
    const returns: Node[] = []
    walk(body, (node) => {
      if (node.type === 'ReturnStatement' && node.argument) returns.push(node.argument)
      // The returns of a function inside are not the config's.
      return !/Function|Method/.test(node.type)
    })
    if (returns.length !== 1) throw new NotPlain(`its function returns in ${returns.length} places`)
    return this.#resolve(returns[0]!, [...body, ...outer])
  }

  #valueOf(name: string, scope: readonly Statement[]): Node {
    let uses = 0
    walk(this.#file.program, (node) => {
      if (node.type === 'Identifier' && node.name === name) uses += 1
      return true
    })
    for (const statement of scope) {
      if (statement.type === 'FunctionDeclaration' && statement.id?.name === name) return statement
      if (statement.type !== 'VariableDeclaration') continue
      const found = statement.declarations.find(({ id }) => id.type === 'Identifier' && id.name === name)
      if (!found?.init) continue
      // Its declaration and its export; whatever else there is may change it.
      if (uses > 2) throw new NotPlain(`${name} is used in more places than where it is exported`)
      return found.init
    }
    throw new NotPlain(`${name} is not declared in it as one object`)
  }
}

function exportOf(statement: Statement): Node | undefined {
  if (statement.type === 'ExportDefaultDeclaration') return statement.declaration
  if (statement.type === 'TSExportAssignment') return statement.expression
  if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') return undefined
  const { left, right } = statement.expression
  const isExports =
    left.type === 'MemberExpression' &&
    left.object.type === 'Identifier' &&
    left.object.name === 'module' &&
    left.property.type === 'Identifier' &&
    left.property.name === 'exports'
  return isExports ? right : undefined
}

/** Module, local name and exported name of what a statement imports or requires. */
export function importsOf(statement: Statement): [module: string, local: string, name: string][] {
  if (statement.type === 'ImportDeclaration') {
    const module = statement.source.value
    return statement.specifiers.flatMap((one): [string, string, string][] => {
      if (one.type === 'ImportDefaultSpecifier') return [[module, one.local.name, 'default']]
      if (one.type !== 'ImportSpecifier' || one.imported.type !== 'Identifier') return []
      return [[module, one.local.name, one.imported.name]]
    })
  }
  if (statement.type !== 'VariableDeclaration') return []
  return statement.declarations.flatMap(({ id, init }) => {
    if (id.type !== 'ObjectPattern' || init?.type !== 'CallExpression') return []
    const [module] = init.arguments
    if (init.callee.type !== 'Identifier' || init.callee.name !== 'require' || module?.type !== 'StringLiteral')
      return []
    return id.properties.flatMap((one): [string, string, string][] =>
      one.type === 'ObjectProperty' && one.key.type === 'Identifier' && one.value.type === 'Identifier'
        ? [[module.value, one.value.name, one.key.name]]
        : [],
    )
  })
}
