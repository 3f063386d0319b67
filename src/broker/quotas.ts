/** What a quota is for: users, client ids, or both; or addresses (Kafka: ClientQuotaEntity). */
interface EntityPart {
  readonly entityType: string
  /** Null: whoever has no quota of its own. */
  readonly entityName: string | null
}

export type Entity = readonly EntityPart[]

/** The quotas of a broker, by what they are for. They are kept and shown; nobody is throttled. */
export class ClientQuotas {
  readonly #quotas: Map<string, { readonly entity: Entity; readonly values: Map<string, number> }> = new Map()

  /** Each entity that has quotas, with these by their keys. */
  list(): { readonly entity: Entity; readonly values: ReadonlyMap<string, number> }[] {
    return [...this.#quotas.values()].filter(({ values }) => values.size > 0)
  }

  /** `undefined` removes. */
  set(entity: Entity, key: string, value: number | undefined): void {
    const id = JSON.stringify(entity)
    const { values } = this.#quotas.get(id) ?? { values: new Map<string, number>() }
    if (value === undefined) values.delete(key)
    else values.set(key, value)
    this.#quotas.set(id, { entity, values })
  }
}
