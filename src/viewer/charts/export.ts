import { csvText } from '../../history/export/csv-text.ts'
import { type ChartData, tableOf } from './data.ts'

/** Pixels of a picture for each of the page's, so that it is sharp where it is shown larger. */
const SCALE = 2
/** Above the drawing, for the title, and below it, for what its lines and fills mean. */
const HEAD = 30
const FOOT = 28
const MARGIN = 16

/** Saves what a chart shows as CSV. */
export function saveCsv(data: ChartData): void {
  save(new Blob([csvText(tableOf(data))], { type: 'text/csv' }), `${fileName(data.title)}.csv`)
}

/** Saves a chart as a picture, as it is drawn on the page, with its title and what its lines and fills mean. */
export async function savePng(data: ChartData, figure: HTMLElement): Promise<void> {
  const drawing = figure.querySelector<SVGSVGElement>('.plot svg')!
  const { width, height } = drawing.viewBox.baseVal
  const canvas = document.createElement('canvas')
  canvas.width = (width + 2 * MARGIN) * SCALE
  canvas.height = (height + HEAD + FOOT + 2 * MARGIN) * SCALE
  const paint = canvas.getContext('2d')!
  const { color, fontFamily } = getComputedStyle(figure)
  paint.scale(SCALE, SCALE)
  paint.fillStyle = getComputedStyle(figure).backgroundColor
  paint.fillRect(0, 0, canvas.width, canvas.height)
  paint.translate(MARGIN, MARGIN)
  paint.fillStyle = color
  paint.font = `600 15px ${fontFamily}`
  paint.fillText(data.title, 0, 14)
  paint.translate(0, HEAD)
  paintDrawing(paint, drawing)
  paint.translate(0, height + FOOT - 8)
  for (const [index, sample] of [...figure.querySelectorAll<SVGSVGElement>('.series svg')].entries()) {
    paintDrawing(paint, sample)
    const { name } = data.series[index]!
    paint.globalAlpha = 1
    paint.fillStyle = color
    paint.font = `13px ${fontFamily}`
    paint.textAlign = 'left'
    paint.fillText(name, 30, 10)
    paint.translate(30 + paint.measureText(name).width + 20, 0)
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (blob !== null) save(blob, `${fileName(data.title)}.png`)
}

function paintDrawing(paint: CanvasRenderingContext2D, drawing: SVGSVGElement): void {
  for (const element of drawing.querySelectorAll<SVGElement>('path, text')) paintElement(paint, element)
}

/** With the styles that it has on the page. */
function paintElement(paint: CanvasRenderingContext2D, element: SVGElement): void {
  const style = getComputedStyle(element)
  paint.globalAlpha = Number(style.opacity)
  if (element instanceof SVGTextElement) {
    paint.font = `${style.fontSize} ${style.fontFamily}`
    paint.fillStyle = style.fill
    paint.textAlign = { start: 'left', middle: 'center', end: 'right' }[style.textAnchor] as CanvasTextAlign
    paint.fillText(element.textContent, Number(element.getAttribute('x')), Number(element.getAttribute('y')))
    return
  }
  const path = new Path2D(element.getAttribute('d')!)
  if (style.fill !== 'none') {
    paint.fillStyle = style.fill
    paint.fill(path)
  }
  if (style.stroke !== 'none') {
    paint.strokeStyle = style.stroke
    paint.lineWidth = Number.parseFloat(style.strokeWidth)
    paint.setLineDash(
      style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(/[ ,]+/).map(Number.parseFloat),
    )
    paint.stroke(path)
  }
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  // The download has begun with the click.
  URL.revokeObjectURL(link.href)
}

function fileName(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}
