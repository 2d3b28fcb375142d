export class Registry {
  constructor() {
    this.steps = new Map();
  }
  add(name, run) {
    this.steps.set(name, run);
  }
  run(name, ...values) {
    return this.steps.get(name)(...values);
  }
}
