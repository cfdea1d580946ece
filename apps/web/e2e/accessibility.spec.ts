import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { stages } from './scenes/index.ts'
import type { OpenStage } from './scenes/stage.ts'

const sizes = [
  { width: 390, height: 844 },
  { width: 1600, height: 1000 },
]
const themes = ['light', 'dark'] as const
/** Each scene in both themes, every other one on a phone and the rest on a wide screen. With REYNARD_AXE=all each on both. */
const sizesOf = (nth: number) => (process.env.REYNARD_AXE === 'all' ? sizes : [sizes[nth % sizes.length]!])

for (const stage of stages) {
  test.describe(() => {
    let opened: OpenStage
    test.beforeAll(async () => {
      opened = await stage.open()
    })
    test.afterAll(async () => {
      await opened.close()
    })
    for (const [nth, scene] of stage.scenes.entries()) {
      for (const size of sizesOf(nth)) {
        test(`${scene} has no finding of axe at ${size.width} px`, async ({ browser }) => {
          const isPhone = size.width < 640
          const context = await browser.newContext({ viewport: size, hasTouch: isPhone, isMobile: isPhone })
          const page = await context.newPage()
          const leave = await opened.show(scene, page)
          for (const colorScheme of themes) {
            await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
            // A menu stands over all landmarks, at the end of the page, with the focus in it.
            const { violations } = await new AxeBuilder({ page }).analyze()
            const found = violations
              .filter(
                ({ id, nodes }) => id !== 'region' || !nodes.every(({ html }) => html.includes('data-radix-popper')),
              )
              .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
            expect.soft(found, `${scene} in the ${colorScheme} theme`).toEqual([])
          }
          expect.soft(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(size.width)
          await leave?.()
          await context.close()
        })
      }
    }
  })
}
