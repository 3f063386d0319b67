import { type Api, api } from '../api.ts'

/**
 * DeleteGroups (42), versions 0 to 2: removes groups that have no members, with their offsets. A group with members
 * answers NON_EMPTY_GROUP, an unknown one GROUP_ID_NOT_FOUND (Kafka: GroupCoordinator#deleteGroups).
 */
export const deleteGroups: Api<'DeleteGroups'> = api('DeleteGroups', [0, 2], ({ groupsNames }, { broker }) => ({
  results: Array.from(new Set(groupsNames), (groupId) => ({ groupId, errorCode: broker.groups.delete(groupId) })),
}))
