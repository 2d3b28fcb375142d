import type uPlot from 'uplot';
import { format } from '../../verdict/format';
import type { Chart, ClaimLine } from '../protocol';
import { colour, FONT } from './dom';
import type { State } from './state';
import { comparison, MARK } from './text';

export type ClaimMark = ClaimLine & { result: keyof typeof MARK };

/** Phases as shades behind the curves. The planned load is plain; the time before and after it is shaded. */
export function drawBackgrounds(plot: uPlot, { arm, from, to }: State): void {
  const { ctx, bbox } = plot;
  const planned = arm?.about?.plannedSeconds ?? to;
  const end = arm?.loadTo === undefined ? undefined : arm.secondOf(arm.loadTo);
  const shade = (begin: number, finish: number, name: string): void => {
    const [left, right] = [begin, finish].map((second) =>
      plot.valToPos(Math.min(Math.max(second, from), to), 'x', true),
    ) as [number, number];
    if (right <= left) return;
    ctx.fillStyle = colour(name);
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
  };
  ctx.save();
  shade(from, 0, 'background-before');
  shade(0, Math.min(planned, end ?? planned), 'background-load');
  shade(planned, Math.max(end ?? to, planned), 'background-drain');
  ctx.restore();
}

export function drawLimit(plot: uPlot, label: string): void {
  const y = plot.valToPos(1, 'y', true);
  line(plot, plot.bbox.left, plot.bbox.left + plot.bbox.width, y, colour('ink'), []);
  write(plot, label, plot.bbox.left + 6 * devicePixelRatio, y, colour('ink'), 'left');
}

/** Each expectation as a line over its part of the load, colored by its result so far. */
export function drawClaims(
  plot: uPlot,
  marks: ClaimMark[],
  chart: Chart,
  { arm, from, to, now }: State,
): void {
  const planned = arm?.about?.plannedSeconds ?? to;
  for (const { level, during, axis, is, result } of marks) {
    if (level === undefined) continue;
    const y = plot.valToPos(level, axis === 'right' ? 'right' : 'y', true);
    if (y < plot.bbox.top) continue;
    const until = during[1] === 'end' ? Math.max(planned, now) : during[1] * planned;
    const [left, right] = [during[0] * planned, until].map((second) =>
      plot.valToPos(Math.min(Math.max(second, from), to), 'x', true),
    ) as [number, number];
    const unit = (axis === 'right' && chart.rightUnit) || chart.unit;
    const paint = colour(`claim-${result}`);
    line(plot, left, right, y, paint, result === 'open' ? [4, 4] : []);
    write(plot, `${MARK[result]} ${comparison(is)} ${format(level, unit)}`, right - 4, y, paint, 'right');
  }
}

function line(plot: uPlot, left: number, right: number, y: number, stroke: string, dash: number[]): void {
  const { ctx } = plot;
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(left, y);
  ctx.lineTo(right, y);
  ctx.stroke();
  ctx.restore();
}

/**
 * Writes above the line, or below it at the top of the chart, outlined so that it stays readable over curves.
 */
function write(plot: uPlot, text: string, x: number, y: number, fill: string, align: CanvasTextAlign): void {
  const { ctx, bbox } = plot;
  const size = 11 * devicePixelRatio;
  const isNearTop = y - bbox.top < 1.4 * size;
  ctx.save();
  ctx.font = `600 ${size}px ${FONT}`;
  ctx.textAlign = align;
  ctx.textBaseline = isNearTop ? 'top' : 'bottom';
  ctx.lineWidth = 3 * devicePixelRatio;
  ctx.strokeStyle = colour('surface');
  const at = y + (isNearTop ? 3 : -3) * devicePixelRatio;
  ctx.strokeText(text, x, at);
  ctx.fillStyle = fill;
  ctx.fillText(text, x, at);
  ctx.restore();
}
