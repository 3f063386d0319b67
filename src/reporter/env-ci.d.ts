/** The package has no types of its own. What it knows of a service is a string, or isn't there. */
declare module 'env-ci' {
  export default function envCi(options: { env: NodeJS.ProcessEnv; cwd: string }): {
    name?: string
    service?: string
    build?: string
    buildUrl?: string
    branch?: string
    /** The branch of the pull request; `branch` is then the one that it is to be merged into. */
    prBranch?: string
    /** Its number, or its id. */
    pr?: string | number
    commit?: string
  }
}
