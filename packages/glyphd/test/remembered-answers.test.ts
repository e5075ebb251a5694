import { expect, test } from 'vitest'
import { RememberedAnswers } from '../dist/store/remembered-answers.js'

const answer = (items: string) => ({ items, count: 1, next: undefined })
const about = (model: string) => ({ about: 'model' as const, model })

test('an answer is given again until something is stored, or it is too old', () => {
  const answers = new RememberedAnswers()
  answers.add(about('A'), { answer: answer('1'), version: 7, until: 100 })
  expect(answers.get(about('A'), 7, 99)).toEqual(answer('1'))
  expect(answers.get(about('A'), 8, 99)).toBeUndefined()
  expect(answers.get(about('A'), 7, 100)).toBeUndefined()
  expect(answers.get(about('B'), 7, 99)).toBeUndefined()
  expect(answers.get({ ...about('A'), about: 'model_history', interval: 'day' }, 7, 99)).toBeUndefined()
  answers.add(about('A'), { answer: answer('2'), version: 8, until: 200 })
  expect(answers.get(about('A'), 8, 100)).toEqual(answer('2'))
})

test('only so many are remembered, and only so much of them: the first go first', () => {
  const answers = new RememberedAnswers()
  const isKnown = (model: string) => answers.get(about(model), 0, 0) !== undefined
  const add = (model: string, items: string) => answers.add(about(model), { answer: answer(items), version: 0, until: 1 })
  for (let model = 0; model < 201; model++) add(`${model}`, 'x')
  expect([isKnown('0'), isKnown('1'), isKnown('200')]).toEqual([false, true, true])
  add('large', 'x'.repeat(5_000_000))
  expect([isKnown('200'), isKnown('large')]).toEqual([true, true])
  add('other', 'x'.repeat(5_000_000))
  expect([isKnown('200'), isKnown('large'), isKnown('other')]).toEqual([false, false, true])
  add('too large', 'x'.repeat(9_000_000))
  expect([isKnown('other'), isKnown('too large')]).toEqual([false, false])
})
