/** @jest-environment jsdom */
test('a file in another environment has no Kafka, which is no trouble', () => {
  expect(document.body.textContent).toBe('')
  expect(() => require('kafka-testkit/jest')).toThrow('withKafka(Environment)')
})
