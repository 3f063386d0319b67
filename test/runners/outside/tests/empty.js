import '../runner.js'
