import nothing from '../lib/module.js';
export default function () {
  console.log(typeof nothing);
}
