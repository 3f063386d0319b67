// Installs PostgreSQL for `npm run test:postgres`, as far as this machine can have it.
import { answers, execute } from './execute.ts'
import { findPostgres } from './postgres.ts'

if (findPostgres() === undefined) {
  const canInstall = process.getuid?.() === 0 && (await answers('apt-get', ['--version']))
  if (!canInstall)
    throw new Error("PostgreSQL is missing, and this isn't root on a machine with apt-get: install it by hand")
  await execute('apt-get', ['update', '-qq'])
  // Without Debian's own cluster: the tests make theirs.
  await execute('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'])
}
console.log(`PostgreSQL: ${findPostgres()}`)
