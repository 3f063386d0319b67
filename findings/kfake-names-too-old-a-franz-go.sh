#!/usr/bin/env bash
# franz-go's kfake at v0.0.0-20260918054303-01f206a7e32c says in its go.mod that franz-go v1.21.7 does, and uses methods
# that a later franz-go brought: whoever adds it to a module gets a build that fails inside of kfake. `go mod tidy` doesn't
# help; asking for franz-go v1.22.3 by hand does.
#
# Guess before the run: what its go.mod asks for is enough to build it.
# Seen: v1.21.7 chosen, EachSupportedFeature undefined; with v1.22.3 it builds (needs Go).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > main.go <<'GO'
package main

import "github.com/twmb/franz-go/pkg/kfake"

func main() {
	cluster, err := kfake.NewCluster()
	if err != nil {
		panic(err)
	}
	cluster.Close()
}
GO
go mod init finding 2> log
go get github.com/twmb/franz-go/pkg/kfake@v0.0.0-20260918054303-01f206a7e32c 2>> log
go mod tidy 2>> log
echo "chosen: $(go list -m github.com/twmb/franz-go)" | tee seen
if go build -o /dev/null . 2> build; then echo 'it builds'; else grep -o 'vs.EachSupportedFeature undefined' build | sort -u; fi | tee -a seen
go get github.com/twmb/franz-go@v1.22.3 2>> log
if go build -o /dev/null . 2> build; then echo 'with v1.22.3 it builds'; else cat build; fi | tee -a seen
diff seen - <<'SEEN'
chosen: github.com/twmb/franz-go v1.21.7
vs.EachSupportedFeature undefined
with v1.22.3 it builds
SEEN
