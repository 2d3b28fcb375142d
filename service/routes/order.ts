import type { Queries } from '../database';
import type { Handler } from '../endpoint';
import { HttpError } from '../http-error';
import { readParameters } from '../parameters';

/** The range of PostgreSQL's integer. The table decides which ids exist. */
const PARAMETERS = { id: { min: 1, max: 2 ** 31 - 1, default: 1 } };

/** A victim: one read by primary key through the pool that /api/db-pool-exhaust exhausts. */
export function order(database: Queries): Handler {
  return async (request, response) => {
    const { id } = readParameters(request.query, PARAMETERS);
    const { rows } = await database.query('select * from orders where id = $1', [id]);
    if (rows.length === 0) throw new HttpError(404, `no order ${id}`);
    response.json(rows[0]);
  };
}
