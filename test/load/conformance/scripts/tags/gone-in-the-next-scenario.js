import exec from 'k6/execution';
export const options = {
  scenarios: {
    one: { executor: 'shared-iterations', exec: 'first' },
    two: { executor: 'shared-iterations', startTime: '1s' },
  },
};
export function first() {
  exec.vu.tags.mine = 'yes';
}
export default function () {
  console.log(exec.vu.tags.mine);
}
