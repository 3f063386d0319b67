import { nodeVersion, type Project } from './project.ts'

/** A declarative Jenkinsfile. */
export function jenkins({ packageManager, install, test, inPackages }: Project): string {
  const prepare = packageManager === 'npm' ? '' : "        sh 'corepack enable'\n"
  return `// The tests on every change, and every night on real Kafka. Made by: npx kafka-testkit ci jenkins
pipeline {
  // It has Node ${nodeVersion} and, for the night, Docker.
  agent any
  options {
    timeout(time: 45, unit: 'MINUTES')
    buildDiscarder(logRotator(artifactDaysToKeepStr: '30'))
  }
  triggers {
    cron('H 3 * * *')
  }
  environment {
    CI = 'true'
  }
  stages {
    stage('Install') {
      steps {
${prepare}        sh '${install}'
      }
    }
    stage('Test') {
      when { not { triggeredBy 'TimerTrigger' } }
      steps {
        sh '${test}'
      }
    }
    stage('Test on real Kafka') {
      when { triggeredBy 'TimerTrigger' }
      environment {
        KAFKA_TESTKIT_CLUSTER = 'testcontainers'
      }
      steps {
        sh '${test}'
      }
    }
  }
  post {
    always {
      archiveArtifacts artifacts: '${inPackages ? '**/' : ''}.kafka-testkit/**', excludes: '**/node_modules/**', allowEmptyArchive: true
    }
  }
}
`
}
