import type { Node, ObjectExpression, ObjectProperty } from '@babel/types'

export function property(object: ObjectExpression, name: string): ObjectProperty | undefined {
  return object.properties.find(
    (one): one is ObjectProperty =>
      one.type === 'ObjectProperty' &&
      !one.computed &&
      (one.key.type === 'Identifier' ? one.key.name : one.key.type === 'StringLiteral' ? one.key.value : '') === name,
  )
}

/** The texts of a property that is a list of literals, or one; `undefined` where it isn't there or is something else. */
export function texts(object: ObjectExpression, name: string): string[] | undefined {
  const value = property(object, name)?.value
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
