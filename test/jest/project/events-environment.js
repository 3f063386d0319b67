const { default: KafkaEnvironment } = require('kafka-testkit/jest/environment')

/** An environment derived from that of the preset, which handles events too. */
module.exports = class extends KafkaEnvironment {
  async setup() {
    await super.setup()
    this.global.events = []
  }

  async handleTestEvent(event, state) {
    await super.handleTestEvent(event, state)
    this.global.events.push(event.name)
  }
}
