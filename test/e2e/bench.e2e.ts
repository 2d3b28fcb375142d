import { bench, twice } from './bench';

describe('the service', () => {
  it('is close enough to node:http, and its metrics are cheap enough', () => {
    expect(twice('service')).toEqual([]);
  });
});

describe('starting', () => {
  it('takes little longer than an app with one object', () => {
    expect(twice('start')).toEqual([]);
  });
});

describe('a recording', () => {
  it('of a million events is judged within ten times the parsing time of its lines', () => {
    const judged = bench('recording').rows.find(({ what }) => what.startsWith('judging it again'));
    expect(judged!.ratio!.median).toBeLessThan(10);
  });
});
