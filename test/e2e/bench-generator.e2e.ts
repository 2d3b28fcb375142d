import { requires } from '../support/requirements';
import { twice } from './bench';

requires('k6')('the load generator', () => {
  it('sends more requests per CPU-second than k6 by the required factor, and is as accurate', () => {
    expect(twice('generator')).toEqual([]);
  });
});
