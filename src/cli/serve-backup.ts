import { backUp } from '../endpoint/store/open.ts'
import { withStore } from './serve-token.ts'

/** `kafka-testkit serve backup`: a whole copy, while the endpoint runs. */
export async function backUpServe(folder: string, { data }: { data: string }): Promise<void> {
  await withStore(data, (store) => backUp(store, folder))
  console.log(`Backed up to ${folder}`)
}
