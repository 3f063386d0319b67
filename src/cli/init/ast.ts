import type { Node, ObjectExpression, ObjectProperty } from '@babel/types'

/** The value of a setting, without what TypeScript says of its type; `undefined` where it isn't there. */
export function setting(object: ObjectExpression, name: string): Node | undefined {
  const found = object.properties.find(
    (one): one is ObjectProperty => one.type === 'ObjectProperty' && !one.computed && nameOf(one) === name,
  )
  let value: Node | undefined = found?.value
  while (value?.type === 'TSAsExpression' || value?.type === 'TSSatisfiesExpression') value = value.expression
  return value
}

function nameOf({ key }: ObjectProperty): string | undefined {
  if (key.type === 'Identifier') return key.name
  return key.type === 'StringLiteral' ? key.value : undefined
}

/** The texts of a property that is a list of literals, or one; `undefined` where it isn't there or is something else. */
export function texts(object: ObjectExpression, name: string): string[] | undefined {
  const value = setting(object, name)
  const all = value?.type === 'ArrayExpression' ? value.elements : [value]
  const found = all.flatMap((element) => (element?.type === 'StringLiteral' ? [element.value] : []))
  return found.length === all.length ? found : undefined
}

export function isObject(node: Node | null | undefined): node is ObjectExpression {
  return node?.type === 'ObjectExpression'
}

export function some(node: unknown, holds: (node: Node) => boolean): boolean {
  let found = false
  walk(node, (one) => {
    found ||= holds(one)
    return !found
  })
  return found
}

/** Visits the nodes from the outside in; into those only where `visit` says so. */
export function walk(value: unknown, visit: (node: Node) => boolean): void {
  if (Array.isArray(value)) {
    for (const one of value) walk(one, visit)
  } else if (typeof value === 'object' && value !== null && 'type' in value) {
    if (typeof value.type === 'string' && !visit(value as Node)) return
    for (const [name, child] of Object.entries(value)) {
      if (!/^(loc|tokens|extra|errors|\w*[cC]omments)$/.test(name)) walk(child, visit)
    }
  }
}
