export const options = { discardResponseBodies: 'true' };
export default function () {
  console.log('never');
}
