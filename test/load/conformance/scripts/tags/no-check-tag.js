import { check } from 'k6';
export const options = {
  systemTags: ['group'],
  thresholds: { 'checks{check:one}': ['rate>0.5'], checks: ['rate==1'] },
};
export default function () {
  check(1, { one: true });
}
