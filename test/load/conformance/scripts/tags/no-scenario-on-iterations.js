export const options = {
  systemTags: ['group'],
  thresholds: { 'iterations{scenario:default}': ['count>0'], iterations: ['count==1'] },
};
export default function () {}
