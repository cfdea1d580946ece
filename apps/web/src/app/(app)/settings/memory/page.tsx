import { MemoryScreen } from '../../../../features/memory/memory-screen.tsx'

export default function MemoryPage() {
  return <MemoryScreen />
}
