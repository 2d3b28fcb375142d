export const options = { stages: [{ duration: '1s', target: 1, name: 'ramp-up' }] };
let said = false;
export default function () {
  if (!said) console.log('ran');
  said = true;
}
