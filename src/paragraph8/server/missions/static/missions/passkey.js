// Says on the page what the browser's passkey dialogue answered; allauth only logs it.
document.addEventListener('allauth.error', function (event) {
  const place = document.getElementById('passkey-problem')
  if (!place) return
  event.preventDefault()
  place.hidden = false
  place.scrollIntoView({ block: 'nearest' })
})
