import type { Command } from 'commander';

interface Entry {
  name: string;
  /** What it does, in the list of commands and in its own help. */
  description: string;
  load(): Promise<Command>;
}

/** Every command, in the order of the help; a command's module is loaded when it is asked for. */
export const COMMANDS: Entry[] = [
  {
    name: 'list',
    description: 'what can be run',
    load: async () => (await import('./list.js')).listCommand(),
  },
  {
    name: 'run',
    description: 'run experiments: start the system, load it, record what happens, judge it',
    load: async () => (await import('./run.js')).runCommand(),
  },
  {
    name: 'watch',
    description: 'replay a recording in the browser; nothing is run',
    load: async () => (await import('./watch.js')).watchCommand(),
  },
  {
    name: 'mystery',
    description: 'a failure drawn at random, shown only by its signals: name its cause',
    load: async () => (await import('./mystery.js')).mysteryCommand(),
  },
  {
    name: 'compare',
    description: 'run the arms of an experiment under an identical load and compare what each did',
    load: async () => (await import('./compare.js')).compareCommand(),
  },
  {
    name: 'sweep',
    description: 'run an experiment over a range of one or two settings: a curve, its knee and its cliff',
    load: async () => (await import('./sweep.js')).sweepCommand(),
  },
  {
    name: 'report',
    description: 'judge recordings again and report on them',
    load: async () => (await import('./report.js')).reportCommand(),
  },
  {
    name: 'diagnose',
    description: 'say what failed in a recording, from its signals alone',
    load: async () => (await import('./diagnose.js')).diagnoseCommand(),
  },
  {
    name: 'synth',
    description: 'write the Kubernetes manifests of the system, as `npx cdk8s synth` does',
    load: async () => (await import('./synth.js')).synthCommand(),
  },
  {
    name: 'monitoring',
    description: 'write the Grafana dashboards and Prometheus alert rules of signals and experiments',
    load: async () => (await import('./monitoring.js')).monitoringCommand(),
  },
  {
    name: 'chart',
    description: 'write the Helm chart of the system, made by the same constructs as the manifests',
    load: async () => (await import('./chart.js')).chartCommand(),
  },
  {
    name: 'doctor',
    description: 'what this machine offers for experiments, and how to get more',
    load: async () => (await import('./doctor.js')).doctorCommand(),
  },
  {
    name: 'clean',
    description: 'remove what runs that died have left: processes, cgroups, files; or objects of a cluster',
    load: async () => (await import('./clean.js')).cleanCommand(),
  },
];
