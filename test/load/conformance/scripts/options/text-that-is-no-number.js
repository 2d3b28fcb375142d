export const options = { rps: '2.5' };
export default function () {
  console.log('never');
}
