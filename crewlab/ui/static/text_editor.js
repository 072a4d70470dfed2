// A field for long text with numbered lines, that tells Python what was typed after each pause. What Python may not
// have heard yet when the page is loaded again is kept by the tab of the browser, and told then.

const PAUSE_MILLISECONDS = 400
const KEPT = "crewlab.typed"
const editors = new WeakMap()

export default function (component) {
  const { data, parentElement, setStateValue } = component
  const editor = editors.get(parentElement) ?? openEditor(parentElement)
  editors.set(parentElement, editor)
  editor.tell = (text) => setStateValue("typed", { revision: editor.revision, text })
  editor.area.setAttribute("aria-label", data.label)
  editor.name = data.name
  if (editor.revision === undefined) bringBack(editor, data)
  else if (editor.revision !== data.revision) show(editor, data)
  hear(editor, data)
  editor.marks = data.marks
  number(editor)
  return () => clearTimeout(editor.timer)
}

function openEditor(root) {
  const editor = { area: root.querySelector("textarea"), numbers: root.querySelector("pre"), told: "", known: [], marks: {} }
  const { area, numbers } = editor
  area.oninput = () => {
    number(editor)
    keep(editor)
    clearTimeout(editor.timer)
    editor.timer = setTimeout(() => tell(editor), PAUSE_MILLISECONDS)
  }
  area.onblur = () => tell(editor)
  area.onscroll = () => { numbers.scrollTop = area.scrollTop }
  area.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey) tell(editor) // a shortcut of the page acts on what was typed
    else event.stopPropagation() // a letter is typed, no shortcut
  }
  return editor
}

// Put the text of Python into the field; what is typed is left alone until Python names another revision.
function show(editor, data) {
  const { area } = editor
  const { selectionStart, selectionEnd, scrollTop } = area
  clearTimeout(editor.timer)
  editor.revision = data.revision
  editor.told = area.value = data.text
  area.setSelectionRange(selectionStart, selectionEnd)
  area.scrollTop = scrollTop
}

function tell(editor) {
  clearTimeout(editor.timer)
  if (editor.area.value === editor.told) return
  editor.told = editor.area.value
  editor.known.push(editor.told)
  editor.tell(editor.told)
}

// Python has the text of the data by now, or what it was told after that.
function hear(editor, { text }) {
  editor.known = [text, ...editor.known.slice(editor.known.lastIndexOf(text) + 1)]
  if (text === editor.area.value) sessionStorage.removeItem(KEPT)
}

function keep({ name, known, area }) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ name, known, text: area.value }))
  } catch {
    sessionStorage.removeItem(KEPT) // it is too long for the browser: what was told is there all the same
  }
}

// Show the text with what was typed into it before the page was loaded again, unless it was changed otherwise since.
function bringBack(editor, data) {
  show(editor, data)
  const { name, known, text } = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}")
  if (name !== editor.name || !known.includes(data.text)) return
  editor.area.value = text
  tell(editor)
}

function number(editor) {
  const { area, numbers, marks } = editor
  const count = area.value.split("\n").length
  const shape = `${count} ${JSON.stringify(marks)}`
  if (editor.shape === shape) return
  editor.shape = shape
  numbers.replaceChildren(...Array.from({ length: count }, (_, index) => line(index + 1, marks[index + 1])))
  numbers.scrollTop = area.scrollTop
}

function line(number, mark) {
  const shown = document.createElement("span")
  shown.textContent = `${number}\n`
  if (mark) shown.className = mark
  return shown
}
