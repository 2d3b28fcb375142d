import { check } from 'k6';
export const options = {
  thresholds: { 'checks{check:is one}': ['rate==1'], 'checks{check:is two}': ['rate==0'] },
};
export default function () {
  check(1, { 'is one': (n) => n === 1, 'is two': (n) => n === 2 });
}
