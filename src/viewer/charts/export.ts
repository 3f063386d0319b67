import { csvText } from '../../history/export/csv-text.ts'
import { type ChartData, tableOf } from './data.ts'

/** Pixels of a picture for each of the page's, so that it is sharp where it is shown larger. */
const SCALE = 2
/** Above the drawing, for the title. */
const HEAD = 34
const MARGIN = 16

/** Saves what a chart shows as CSV. */
export function saveCsv(data: ChartData): void {
  save(new Blob([csvText(tableOf(data))], { type: 'text/csv' }), `${fileName(data.title)}.csv`)
}

/** Saves a chart as a picture, as it is drawn, with its title and what its lines and fills mean. */
export async function savePng(data: ChartData, drawing: SVGSVGElement, legend: string): Promise<void> {
  const { width, height } = drawing.viewBox.baseVal
  const canvas = document.createElement('canvas')
  canvas.width = (width + 2 * MARGIN) * SCALE
  canvas.height = (height + HEAD + 2 * MARGIN + 20) * SCALE
  const paint = canvas.getContext('2d')!
  const { color, fontFamily } = getComputedStyle(document.body)
  paint.scale(SCALE, SCALE)
  paint.fillStyle = getComputedStyle(drawing.closest('.chart')!).backgroundColor
  paint.fillRect(0, 0, canvas.width, canvas.height)
  paint.fillStyle = color
  paint.font = `600 15px ${fontFamily}`
  paint.fillText(data.title, MARGIN, MARGIN + 14)
  paint.font = `12px ${fontFamily}`
  paint.fillText(legend, MARGIN, HEAD + height + 2 * MARGIN + 8)
  paint.translate(MARGIN, MARGIN + HEAD - 8)
  for (const element of drawing.querySelectorAll<SVGElement>('path, text')) paintElement(paint, element)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (blob !== null) save(blob, `${fileName(data.title)}.png`)
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
