import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { stages } from './scenes/index.ts'
import type { OpenStage } from './scenes/stage.ts'

const sizes = [
  { width: 390, height: 844 },
  { width: 1600, height: 1000 },
]

for (const stage of stages) {
  test.describe(() => {
    let opened: OpenStage
    test.beforeAll(async () => {
      opened = await stage.open()
    })
    test.afterAll(async () => {
      await opened.close()
    })
    for (const size of sizes) {
      for (const scene of stage.scenes) {
        test(`${scene} has no finding of axe in either theme at ${size.width} px`, async ({ browser }) => {
          const isPhone = size.width < 640
          const context = await browser.newContext({ viewport: size, hasTouch: isPhone, isMobile: isPhone })
          const page = await context.newPage()
          const leave = await opened.show(scene, page)
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
            const { violations } = await new AxeBuilder({ page }).analyze()
            const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
            expect.soft(found, `${scene} in the ${colorScheme} theme`).toEqual([])
            expect.soft(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(size.width)
          }
          await leave?.()
          await context.close()
        })
      }
    }
  })
}
