#!/usr/bin/env bash
# Allure 3.18.0 knows a test by its `testCaseId` alone where there is one: results that have another `fullName` each, and
# another `historyId`, are one test with retries, and all but the latest are gone from the counts without a word. Who
# takes a hash of file and titles for it loses tests of one name. What it counts as `retries` is tests that were retried,
# not their retries.
#
# Guess before the run: four results with four full names are four tests; a test with three attempts has two retries.
# Seen: two tests (those of one testCaseId are one), of which one was retried, once.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --ignore-scripts --no-audit --no-fund allure@3.18.0
mkdir results
result() {
  printf '{"uuid":"%s","name":"%s","fullName":"%s","historyId":"%s","testCaseId":"%s","status":"passed","start":%s,"stop":%s}' \
    "$1" "$2" "$2" "$2" "$3" "$4" "$4" > "results/$1-result.json"
}
result 1 'a.test.ts reads an order' same 1795608000000
result 2 'b.test.ts reads an order' same 1795608000001
result 3 'c.test.ts reads an order' same 1795608000002
result 4 'd.test.ts reads an order' another 1795608000003
node node_modules/allure/cli.js awesome results --output report > log
node -e '
const { total, retries } = JSON.parse(require("fs").readFileSync("report/widgets/statistic.json", "utf8"))
const files = require("fs").readdirSync("report/data/test-results").length
console.log(`results ${files}, tests ${total}, retries ${retries}`)' | tee seen
diff seen - <<'SEEN'
results 4, tests 2, retries 1
SEEN
