// Puts the address of the page, with its filters, into the clipboard.
const SHOWN_FOR = 2500

const copied = async (address) => {
  try {
    await navigator.clipboard.writeText(address)
    return true
  } catch {
    return false // over plain HTTP, browsers give pages no clipboard
  }
}

export default function ({ parentElement }) {
  const button = parentElement.querySelector("button")
  const label = button.querySelector("span")
  const field = parentElement.querySelector("input")
  const status = parentElement.querySelector("[role=status]")

  const rest = () => {
    button.classList.remove("done")
    label.textContent = "Copy link"
    status.textContent = ""
    field.hidden = true
  }

  button.onclick = async () => {
    clearTimeout(button.timer)
    const address = window.location.href
    if (await copied(address)) {
      button.classList.add("done")
      label.textContent = status.textContent = "Link copied"
      button.timer = setTimeout(rest, SHOWN_FOR)
      return
    }
    field.hidden = false
    field.value = address
    field.select()
    status.textContent = "Copy the selected link"
  }

  field.onblur = rest
}
