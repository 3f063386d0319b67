// Jest wants a file of its own for it.
export { tearDownRun as default } from './global-setup.ts'
