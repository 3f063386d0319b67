import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execute } from '../../../scripts/execute.ts'

/** A broker's key and certificate, signed by itself. */
export interface Certificates {
  /** PKCS12. */
  keystore: string
  passphrase: string
  /** The certificate as PEM, which is its own authority. */
  ca: string
  [Symbol.dispose](): void
}

/** By the JDK's own tool, which is where Kafka is. `names` as `dns:kafka-1,ip:127.0.0.1`. */
export async function createCertificates(names: string): Promise<Certificates> {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-certificates-'))
  const [keystore, ca, passphrase] = [join(folder, 'keystore.p12'), join(folder, 'ca.pem'), 'changeit']
  const store = ['-keystore', keystore, '-storetype', 'PKCS12', '-storepass', passphrase, '-alias', 'broker']
  await execute('keytool', [
    '-genkeypair',
    '-keyalg',
    'EC',
    '-dname',
    'CN=broker',
    '-validity',
    '2',
    '-ext',
    `san=${names}`,
    ...store,
  ])
  await execute('keytool', ['-exportcert', '-rfc', '-file', ca, ...store])
  return { keystore, ca, passphrase, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}
