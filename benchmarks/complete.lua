-- Sends each line of the file named by WORK once: "path token". Threads take turns.
local lines, at = {}, 0
for line in io.lines(os.getenv("WORK")) do
  lines[#lines + 1] = line
end
wrk.method = "POST"
wrk.headers["Content-Length"] = "17"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"language":"en"}'
request = function()
  at = at + 1
  local path, token = lines[(at - 1) % #lines + 1]:match("^(%S+) (%S+)$")
  wrk.headers["Authorization"] = "Bearer " .. token
  return wrk.format(nil, path)
end
