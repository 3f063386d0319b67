/** Whether these pages show the store of this machine: then there is a link to sign in, and no token. */
export const isLocal: boolean = document.getElementById('app')?.hasAttribute('data-local') === true
