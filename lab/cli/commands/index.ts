import type { Command } from 'commander';

interface Entry {
  name: string;
  /** What the command does: shown in the list of commands and in the command's help. */
  description: string;
  load(): Promise<Command>;
}

/** Every command, in the order of the help. A command's module is loaded only when it is needed. */
export const COMMANDS: Entry[] = [
  {
    name: 'list',
    description: 'list the experiments',
    load: async () => (await import('./list.js')).listCommand(),
  },
  {
    name: 'run',
    description: 'run experiments: start the system, put load on it, record what happens and judge it',
    load: async () => (await import('./run.js')).runCommand(),
  },
  {
    name: 'watch',
    description: 'replay a recording in the browser, without running anything',
    load: async () => (await import('./watch.js')).watchCommand(),
  },
  {
    name: 'mystery',
    description: 'find the cause of a randomly chosen failure from its signals alone',
    load: async () => (await import('./mystery.js')).mysteryCommand(),
  },
  {
    name: 'compare',
    description: 'run the arms of an experiment under the same load and compare the results',
    load: async () => (await import('./compare.js')).compareCommand(),
  },
  {
    name: 'advise',
    description: 'run an experiment, then try each piece of advice of its diagnosis under the same load',
    load: async () => (await import('./advise.js')).adviseCommand(),
  },
  {
    name: 'sweep',
    description: 'run an experiment over a range of one or two settings and plot the curve',
    load: async () => (await import('./sweep.js')).sweepCommand(),
  },
  {
    name: 'report',
    description: 'judge recordings again and print a report',
    load: async () => (await import('./report.js')).reportCommand(),
  },
  {
    name: 'diagnose',
    description: 'diagnose what failed in a recording, from its signals alone',
    load: async () => (await import('./diagnose.js')).diagnoseCommand(),
  },
  {
    name: 'synth',
    description: 'write the Kubernetes manifests of the system, like `npx cdk8s synth`',
    load: async () => (await import('./synth.js')).synthCommand(),
  },
  {
    name: 'monitoring',
    description: 'write the Grafana dashboards and Prometheus alert rules for the signals and experiments',
    load: async () => (await import('./monitoring.js')).monitoringCommand(),
  },
  {
    name: 'chart',
    description: 'write the Helm chart of the system, from the same constructs as the manifests',
    load: async () => (await import('./chart.js')).chartCommand(),
  },
  {
    name: 'doctor',
    description: 'check what this machine can do for experiments, and how to improve it',
    load: async () => (await import('./doctor.js')).doctorCommand(),
  },
  {
    name: 'clean',
    description: 'remove what dead runs left behind: processes, cgroups and files, or objects in a cluster',
    load: async () => (await import('./clean.js')).cleanCommand(),
  },
];
