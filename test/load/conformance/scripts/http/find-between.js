import { findBetween } from 'https://jslib.k6.io/k6-utils/1.4.0/index.js';
export default function () {
  console.log(findBetween('<a><b>', '<', '>'), findBetween('<a><b>', '<', '>', true).join());
  console.log(
    findBetween('none', '<', '>'),
    findBetween('none', '<', '>', true),
    findBetween('<open', '<', '>'),
  );
}
