import { type Api, api } from '../api.ts'
import { ErrorCode } from '../protocol/errors.ts'

/** The one kind of group that this broker has (the others: consumer by KIP-848, share, streams). */
const GROUP_TYPE = 'classic'

/**
 * ListGroups (16), versions 0 to 5: the groups of the broker, from version 4 only those in the given states, from
 * version 5 only those of the given types; an empty filter lets all through, and case doesn't matter.
 */
export const listGroups: Api<'ListGroups'> = api('ListGroups', [0, 5], ({ statesFilter, typesFilter }, { broker }) => {
  const passes = (filter: readonly string[], word: string) =>
    filter.length === 0 || filter.some((wanted) => wanted.toLowerCase() === word.toLowerCase())
  return {
    errorCode: ErrorCode.NONE,
    groups: broker.groups
      .list()
      .filter(({ state }) => passes(statesFilter, state) && passes(typesFilter, GROUP_TYPE))
      .map(({ groupId, protocolType, state }) => ({
        groupId,
        protocolType: protocolType ?? '',
        groupState: state,
        groupType: GROUP_TYPE,
      })),
  }
})
