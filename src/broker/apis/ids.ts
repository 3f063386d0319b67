/** Kafka's zero id: none given. */
export const NO_ID: string = 'AAAAAAAAAAAAAAAAAAAAAA'
