import { useSignal } from '@preact/signals'
import type { VNode } from 'preact'
import { type ApiError, signIn } from '../data/api.ts'
import { isLocal } from './local.ts'

/** What stands where nobody is signed in; the address stays, so that the reader comes back to where they were. */
export function SignIn(): VNode {
  return isLocal ? <OpenLink /> : <PasteToken />
}

function OpenLink(): VNode {
  return (
    <main class="sign-in">
      <h1>Open the link that the terminal shows</h1>
      <p>
        This page shows runs to whoever has the link that <code>npx kafka-testkit ui</code> prints. A link works once,
        in one browser; the terminal shows the next one. Is the command not running any more? Start it again.
      </p>
    </main>
  )
}

/**
 * Where a token is pasted once. It goes to the endpoint and nowhere else, the session that it begins is a cookie that no
 * script can read.
 */
function PasteToken(): VNode {
  const problem = useSignal('')
  const isBusy = useSignal(false)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const input = (event.currentTarget as HTMLFormElement).elements.namedItem('token') as HTMLInputElement
    isBusy.value = true
    problem.value = ''
    try {
      await signIn(input.value)
    } catch (error) {
      problem.value = wordsOf(error as ApiError)
      input.select()
    }
    isBusy.value = false
  }
  return (
    <main class="sign-in">
      <h1>Sign in</h1>
      <p>
        Paste a token that may read. It is not kept in this browser: the endpoint makes a session of it, which ends when
        you sign out or the token ends.
      </p>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Token
          <input name="token" type="password" autocomplete="off" spellcheck={false} required ref={focus} />
        </label>
        <button type="submit" disabled={isBusy.value}>
          Sign in
        </button>
      </form>
      <p role="alert" class="problem">
        {problem.value}
      </p>
      <p class="how">
        Whoever runs the endpoint makes one:{' '}
        <code>npx kafka-testkit serve token create --name you --scope read --project NAME</code>
      </p>
    </main>
  )
}

function wordsOf({ status, message }: ApiError): string {
  return status === 401 ? 'No such token: it was never made, has ended, or was revoked.' : message
}

/** There is nothing else on the page. */
function focus(input: HTMLInputElement | null): void {
  input?.focus()
}
