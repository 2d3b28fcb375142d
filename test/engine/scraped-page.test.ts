import { scrapedPage } from '../../lab/engine/scraped-page';

describe('a scraped page', () => {
  it('also tells how long its target took to answer, with the labels of the target', () => {
    expect(scrapedPage('a_total 3\n', { pod: 'backend-1' }, 0.12345)).toEqual([
      expect.objectContaining({ name: 'a_total', labels: { pod: 'backend-1' }, value: 3 }),
      { name: 'scrape_duration_seconds', labels: { pod: 'backend-1' }, value: 0.123 },
    ]);
  });
});
