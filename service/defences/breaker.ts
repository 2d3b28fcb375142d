import {
  circuitBreaker,
  CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  handleAll,
  noop,
  type IPolicy,
} from 'cockatiel';

/**
 * After `failures` failures in a row, fails calls at once for `resetMs`. Then one trial call decides. 0 =
 * off. Slowness alone is not a failure: without a timeout, the breaker never opens for a slow downstream.
 */
export function breakerDefence(failures: number, resetMs: number): IPolicy {
  if (failures === 0) return noop;
  return circuitBreaker(handleAll, { halfOpenAfter: resetMs, breaker: new ConsecutiveBreaker(failures) });
}

const STATES: Record<CircuitState, number> = {
  [CircuitState.Closed]: 0,
  [CircuitState.HalfOpen]: 1,
  [CircuitState.Open]: 2,
  [CircuitState.Isolated]: 2,
};

/** 0 closed (or no breaker), 1 half-open, 2 open. */
export function stateNumber(breaker: IPolicy): number {
  return breaker instanceof CircuitBreakerPolicy ? STATES[breaker.state] : 0;
}
