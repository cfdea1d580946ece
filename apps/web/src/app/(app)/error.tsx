'use client'
import { BrokenPage } from '../../features/shell/broken-page.tsx'

export default BrokenPage
