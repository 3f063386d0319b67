import { canary } from '../canary.ts'

throw new Error(canary('foreign/error while a module loads'))
